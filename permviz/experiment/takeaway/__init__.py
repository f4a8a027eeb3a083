"""What one takes away from the screen: code that computes its numbers, in torch alone or with permviz, and a notebook."""
