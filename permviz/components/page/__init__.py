"""A page that needs no server: one HTML file with the workbench of the app alive in it, made of the same modules.

The file holds the modules as they lie, a scene as it travels to the app's diagram, and a few lines (boot.js) that link the ones
and show the other; docs/decisions/0024 says why it is made so. What the app's server answers is computed in the page
(answers.js); what no order changes, such as the certificate of the average, travels in words.
"""
