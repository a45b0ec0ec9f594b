"""Lists that are taken out of the product as files: asked for, agreed to, made, handed over, removed."""
