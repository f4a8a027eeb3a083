"""The post's claims: a table of verdicts, and the evidence for each."""
