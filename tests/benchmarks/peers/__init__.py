"""The same letter made with other programs, each as fast as one who knows it would make it."""
