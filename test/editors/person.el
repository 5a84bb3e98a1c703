;;; Plays a person in Emacs, whichever client speaks to the server: opens each file of the steps, and notes what was seen.
(require 'cl-lib)
(require 'json)
(setq make-backup-files nil create-lockfiles nil auto-save-default nil)
;; Choices are made by completion, not from a menu.
(setq last-nonmenu-event ?\r)

(defvar person-folder default-directory)
(defvar person-seen nil)

(defun person-done (code)
  "Write down what was seen and end with CODE."
  (with-temp-file (getenv "SOFTSTOP_SEEN") (insert (json-encode (vconcat (reverse person-seen)))))
  (kill-emacs code))

(defun person-wait (what holds)
  "The value of HOLDS, as soon as it has one; WHAT is for the message."
  (let ((end (+ (float-time) 15)) value)
    (while (and (not (setq value (funcall holds))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or value (error "waited in vain for %s" what))))

(defun person-take (step offer)
  "Call OFFER, which lets a person choose, take what STEP names, and wait for the change."
  (let ((tick (buffer-modified-tick)))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt collection &rest _)
                 (cl-find-if (lambda (one) (string-match-p (regexp-quote (plist-get step :fix)) one))
                             (all-completions "" collection)))))
      (funcall offer))
    (person-wait "the fix" (lambda () (/= tick (buffer-modified-tick))))))

(defun person-play (repair)
  "Open the file of each step and REPAIR it: a function of the step, which gives what it saw."
  (condition-case failure
      (dolist (step (with-temp-buffer
                      (insert-file-contents (getenv "SOFTSTOP_STEPS"))
                      (json-parse-buffer :object-type 'plist :array-type 'list)))
        (switch-to-buffer (find-file-noselect (expand-file-name (plist-get step :file) person-folder)))
        ;; What Emacs does after each command of a person; in batch mode there are none.
        (run-hooks 'post-command-hook)
        (push (append (list :file (plist-get step :file) :rule (plist-get step :rule)) (funcall repair step))
              person-seen)
        (save-buffer))
    (error (push (list :failure (format "%S" failure)) person-seen)
           (person-done 1))))
