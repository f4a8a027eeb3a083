"""Own things: a file that a visitor brings, read in the browser and sent as a message; nothing is ever uploaded."""
