// What ESLint checks: the components as a browser runs them, their tests as Node does.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "build/", "dist/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["permviz/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**/*.{js,mjs}", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
