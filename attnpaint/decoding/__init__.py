"""Picture files as strangers write them: bounded before they are decoded, read whatever they say beside."""
