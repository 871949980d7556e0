"""Models for other programs and other people: ONNX files and the Hugging Face Hub's layout."""
