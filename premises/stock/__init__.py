"""The stock: what there is, in which state it is, and how officials keep it true."""
