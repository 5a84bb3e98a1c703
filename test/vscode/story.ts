// The suite's tests: the GitLab example, told in three files, seen and repaired inside a real VS Code.
import { assert } from 'chai';
import * as vscode from 'vscode';
import * as workspace from './workspace.ts';

const DOCKERFILE = 'workhorse/Dockerfile';
const SCRIPT = 'workhorse/scripts/start-workhorse';
const MANIFEST = 'k8s/deployment.yaml';

const CMD = 'CMD /scripts/start-workhorse';
const EXEC_CMD = 'CMD ["/scripts/start-workhorse"]';
const CHILD = '  gitlab-workhorse "';
const EXEC_CHILD = '  exec gitlab-workhorse "';

/** What a file holds now, with one text in place of another, written behind the editor's back. */
async function change(path: string, old: string, by: string): Promise<void> {
  await workspace.write(path, workspace.replaced(await workspace.read(path), old, by));
}

/** All the text of the hovers at the first occurrence of a word. */
async function hover(path: string, word: string): Promise<string> {
  const document = await workspace.open(path);
  const position = document.positionAt(document.getText().indexOf(word) + 1);
  const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((part) => (typeof part === 'string' ? part : part.value))
    .join('\n');
}

/** Registers the tests with Mocha. */
export function tellTheStory(): void {
  describe('Softstop in VS Code', () => {
    before(workspace.remember);
    afterEach(workspace.restore);

    it('starts when a Dockerfile is opened', async () => {
      const extension = vscode.extensions.getExtension('softstop.softstop');
      assert.isDefined(extension);
      await workspace.open(DOCKERFILE);
      await workspace.until('the extension to be active', () => extension.isActive || undefined);
    });

    it('marks the shell-form CMD and names the other files', async () => {
      const document = await workspace.open(DOCKERFILE);
      const finding = await workspace.found(DOCKERFILE, 'shell-form-pid1');
      assert.include(CMD, document.getText(finding.range));
      assert.includeMembers(workspace.relatedPaths(finding), [SCRIPT, MANIFEST]);
      assert.isObject(finding.code, 'the rule links to its page');
    });

    it('marks the script that runs the program as a child', async () => {
      const document = await workspace.open(SCRIPT);
      const finding = await workspace.found(SCRIPT, 'script-missing-exec');
      assert.include(document.getText(finding.range), 'gitlab-workhorse');
      assert.includeMembers(workspace.relatedPaths(finding), [DOCKERFILE]);
    });

    it('marks the workload whose program is never told to stop', async () => {
      await workspace.open(MANIFEST);
      const finding = await workspace.found(MANIFEST, 'signal-never-reaches-app');
      assert.strictEqual(finding.severity, vscode.DiagnosticSeverity.Error);
      assert.includeMembers(workspace.relatedPaths(finding), [DOCKERFILE, SCRIPT]);
    });

    it('finds what is in files that nobody has opened', async () => {
      await workspace.open('workhorse/config/workhorse-config.toml');
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
    });

    it('converts the CMD to exec form', async () => {
      const before = await workspace.read(DOCKERFILE);
      const after = await workspace.fix(DOCKERFILE, 'shell-form-pid1');
      assert.strictEqual(after, workspace.replaced(before, CMD, EXEC_CMD));
      assert.strictEqual(await workspace.read(DOCKERFILE), after);
      await workspace.gone(DOCKERFILE, 'shell-form-pid1');
    });

    it('inserts exec in the script', async () => {
      const before = await workspace.read(SCRIPT);
      const after = await workspace.fix(SCRIPT, 'script-missing-exec');
      assert.strictEqual(after, workspace.replaced(before, `else\n${CHILD}`, `else\n${EXEC_CHILD}`));
      await workspace.gone(SCRIPT, 'script-missing-exec');
    });

    it('takes both repairs to reach the program', async () => {
      await workspace.open(MANIFEST);
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
      await workspace.fix(SCRIPT, 'script-missing-exec');
      await workspace.gone(SCRIPT, 'script-missing-exec');
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
      await workspace.fix(DOCKERFILE, 'shell-form-pid1');
      await workspace.gone(MANIFEST, 'signal-never-reaches-app');
    });

    it('applies all safe fixes of a file at once', async () => {
      const document = await workspace.open(DOCKERFILE);
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
      const everything = new vscode.Range(0, 0, document.lineCount, 0);
      const [action] = await workspace.actions(
        document,
        everything,
        vscode.CodeActionKind.SourceFixAll.append('softstop'),
      );
      assert.isDefined(action?.edit);
      assert.isTrue(await vscode.workspace.applyEdit(action.edit));
      assert.include(document.getText(), EXEC_CMD);
    });

    it('follows what is typed', async () => {
      const document = await workspace.open(DOCKERFILE);
      const { range } = await workspace.found(DOCKERFILE, 'shell-form-pid1');
      const line = document.lineAt(range.start.line).range;
      const typed = new vscode.WorkspaceEdit();
      typed.replace(document.uri, line, EXEC_CMD);
      await vscode.workspace.applyEdit(typed);
      await workspace.gone(DOCKERFILE, 'shell-form-pid1');
      const undone = new vscode.WorkspaceEdit();
      undone.replace(document.uri, document.lineAt(range.start.line).range, CMD);
      await vscode.workspace.applyEdit(undone);
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
    });

    it('looks again when a file that it depends on changes on disk', async () => {
      await workspace.open(MANIFEST);
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
      await change(SCRIPT, `else\n${CHILD}`, `else\n${EXEC_CHILD}`);
      await change(DOCKERFILE, CMD, EXEC_CMD);
      await workspace.gone(MANIFEST, 'signal-never-reaches-app');
      await change(DOCKERFILE, EXEC_CMD, CMD);
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
    });

    it('looks again when a file that it depends on goes and comes', async () => {
      await workspace.open(DOCKERFILE);
      const script = await workspace.read(SCRIPT);
      await workspace.found(SCRIPT, 'script-missing-exec');
      await vscode.workspace.fs.delete(workspace.at(SCRIPT));
      await workspace.gone(SCRIPT, 'script-missing-exec');
      await workspace.write(SCRIPT, script);
      await workspace.found(SCRIPT, 'script-missing-exec');
    });

    it('finds a Dockerfile that is added', async () => {
      await workspace.open(DOCKERFILE);
      await workspace.write('jobs/Dockerfile', 'FROM debian:12-slim\nCOPY server /srv/server\nCMD /srv/server\n');
      await workspace.found('jobs/Dockerfile', 'shell-form-pid1');
    });

    it('shows the stop path where the CMD is hovered', async () => {
      const shown = await hover(DOCKERFILE, 'CMD ');
      assert.include(shown, 'SIGTERM');
      assert.include(shown, '/bin/sh');
    });

    it('remarks which program is PID 1', async () => {
      const document = await workspace.open(DOCKERFILE);
      const everything = new vscode.Range(0, 0, document.lineCount, 0);
      const label = await workspace.until('a remark', async () => {
        const hints: vscode.InlayHint[] = await vscode.commands.executeCommand(
          'vscode.executeInlayHintProvider',
          document.uri,
          everything,
        );
        return hints[0]?.label;
      });
      assert.equal(label, 'PID 1: sh');
    });

    it('shows the timeline of a pod beside the editor', async () => {
      const document = await workspace.open(MANIFEST);
      const command = await workspace.until('a code lens', async () => {
        const lenses: vscode.CodeLens[] = await vscode.commands.executeCommand(
          'vscode.executeCodeLensProvider',
          document.uri,
        );
        return lenses.find((lens) => lens.command?.command === 'softstop.showTimeline')?.command;
      });
      await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
      await workspace.until('the picture', () =>
        vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label === 'How webservice stops'),
      );
    });

    it('offers the signals that a Dockerfile may name', async () => {
      await change(DOCKERFILE, 'CMD /scripts', 'STOPSIGNAL \nCMD /scripts');
      const document = await workspace.open(DOCKERFILE);
      const line = await workspace.until('the edited text', () => {
        const found = document.getText().split('\n').indexOf('STOPSIGNAL ');
        return found < 0 ? undefined : found;
      });
      const labels = await workspace.until('signals', async () => {
        const list: vscode.CompletionList = await vscode.commands.executeCommand(
          'vscode.executeCompletionItemProvider',
          document.uri,
          new vscode.Position(line, 11),
        );
        const own = list.items.filter(({ detail }) => detail?.includes('Softstop')).map(({ label }) => label);
        return own.length > 0 ? own : undefined;
      });
      assert.include(labels, 'SIGTERM');
    });

    it('repairs a Compose file', async () => {
      const path = 'compose.yaml';
      const compose = 'services:\n  proxy:\n    image: nginx:1.27\n    ports: ["80:80"]\n    stop_grace_period: 0s\n';
      await workspace.write(path, compose);
      const fixed = await workspace.fix(path, 'compose-grace-too-short');
      assert.equal(fixed, compose.replace('0s', '30s'));
      await workspace.gone(path, 'compose-grace-too-short');
    });

    it('leaves a rule out that .softstop.yaml turns off', async () => {
      await workspace.open(DOCKERFILE);
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
      await workspace.write('.softstop.yaml', 'rules:\n  shell-form-pid1: off\n');
      await workspace.gone(DOCKERFILE, 'shell-form-pid1');
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
    });

    it('leaves a rule out that the editor turns off', async () => {
      await workspace.open(DOCKERFILE);
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
      const settings = vscode.workspace.getConfiguration('softstop');
      await settings.update('rules', { 'shell-form-pid1': 'off' }, vscode.ConfigurationTarget.Workspace);
      await workspace.gone(DOCKERFILE, 'shell-form-pid1');
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
      await workspace.found(DOCKERFILE, 'shell-form-pid1');
    });

    it('keeps its wits over a manifest that is no YAML', async () => {
      await workspace.open(MANIFEST);
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
      const whole = await workspace.read(MANIFEST);
      await workspace.write(MANIFEST, '\tkind: {{ [Deployment\n  spec: "\n\0\n');
      await workspace.gone(MANIFEST, 'signal-never-reaches-app');
      await workspace.write(MANIFEST, whole);
      await workspace.found(MANIFEST, 'signal-never-reaches-app');
    });
  });
}
