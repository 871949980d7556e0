"""README.md of a site, with the front matter by which the Hugging Face Hub serves it as a static Space."""


def space_card() -> str:
    """Markdown behind YAML between two lines of dashes."""
    return """---
title: attnpaint
emoji: 🎨
colorFrom: red
colorTo: yellow
sdk: static
app_file: index.html
license: mit
tags:
- line-art
- colorization
short_description: Paints line drawings in the browser
custom_headers:
  cross-origin-embedder-policy: require-corp
  cross-origin-opener-policy: same-origin
  cross-origin-resource-policy: same-origin
---

# attnpaint

This folder is a page that paints line drawings in the colours of a reference picture, in the browser that
opens it: nothing that is opened there leaves the machine. Any host of static files can serve it; the first
visit fetches the runtime and the weights, later ones need no network.

The page is under the MIT licence, the runtime (ONNX Runtime, Microsoft) under the MIT licence; the weights
have their own, which is told by the model's card.
"""
