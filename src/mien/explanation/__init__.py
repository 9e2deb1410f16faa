"""Pictures of what a trained network looks at: Grad-CAM and attention, on one sheet."""
