"""Tests of permviz, mirroring the package. Import the cases as ``from tests.cases import ...``; run ``pytest`` at the root."""
