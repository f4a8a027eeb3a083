"""What every picture's sentence is compared with: a check a picture, by what it shows: they are run together."""
