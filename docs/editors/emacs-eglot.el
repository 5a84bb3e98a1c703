;;; Softstop in Emacs with eglot (built in since Emacs 29). Put this into your init file.
(require 'eglot)

;; Emacs has a mode of its own for Dockerfiles and YAML since 29 (`dockerfile-ts-mode', `yaml-ts-mode'); packages named
;; `dockerfile-mode' and `yaml-mode' do for older ones. Where there is none of them, these are enough for the findings.
(unless (fboundp 'dockerfile-mode)
  (define-derived-mode dockerfile-mode prog-mode "Dockerfile"))
(unless (fboundp 'yaml-mode)
  (define-derived-mode yaml-mode text-mode "YAML"))
(unless (rassq 'dockerfile-mode auto-mode-alist)
  (add-to-list 'auto-mode-alist '("\\(?:Docker\\|Container\\)file\\(?:\\..*\\)?\\'" . dockerfile-mode)))
(unless (rassq 'yaml-mode auto-mode-alist)
  (add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode)))
(define-derived-mode procfile-mode prog-mode "Procfile")
(add-to-list 'auto-mode-alist '("Procfile\\(?:\\..*\\)?\\'" . procfile-mode))

;; One server for the files that a container starts with, its scripts included.
(add-to-list 'eglot-server-programs
             '((dockerfile-mode dockerfile-ts-mode yaml-mode yaml-ts-mode sh-mode bash-ts-mode procfile-mode)
               . ("softstop" "lsp" "--stdio")))

(dolist (hook '(dockerfile-mode-hook dockerfile-ts-mode-hook yaml-mode-hook yaml-ts-mode-hook
                sh-mode-hook bash-ts-mode-hook procfile-mode-hook))
  (add-hook hook #'eglot-ensure))

;; What may be set here stands in the README; a .softstop.yaml in the project wins over it.
;; (setq-default eglot-workspace-configuration '(:softstop (:kubernetesVersion "1.31")))
