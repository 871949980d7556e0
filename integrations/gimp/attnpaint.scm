; The dialog of attnpaint in GIMP 2.10: Filters > attnpaint > Paint. The work is done by attnpaint_paint.py.

(define (script-fu-attnpaint image drawable reference finish program)
  (let ((finishes '("flat" "painted" "blend"))
        (named (lambda (path) (if (or (string=? path "") (string=? path "/")) "" path))))
    (plug-in-attnpaint-paint RUN-NONINTERACTIVE image drawable
      (named reference) (list-ref finishes finish) (named program))
    (gimp-displays-flush)))

(script-fu-register "script-fu-attnpaint"
  "Paint..."
  "Paints the selected layer, a line drawing, in the colours of a reference"
  "attnpaint contributors" "MIT" "2026" "RGB* GRAY* INDEXED*"
  SF-IMAGE "Image" 0
  SF-DRAWABLE "Drawing" 0
  SF-FILENAME "Reference (a picture or a palette file)" ""
  SF-OPTION "Finish" '("Flat colours" "Painted" "Blend of both")
  SF-FILENAME "Program (only where it is not found)" "")

(script-fu-menu-register "script-fu-attnpaint" "<Image>/Filters/attnpaint")
