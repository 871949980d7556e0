"""Picture files of any origin: refused by their size before they are decoded, read as viewers show them."""
