"""A small believable newsroom of our own writing, for trying the software on."""
