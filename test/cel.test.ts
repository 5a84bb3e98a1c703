// What conditions of webhooks come to, as far as they are about what is known of a request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds } from '../shared/sources/cel.ts';

const FACTS = new Map([
  ['request.namespace', 'kube-system'],
  ['request.resource.group', ''],
  ['request.resource.resource', 'pods'],
]);

test('a condition holds, does not hold, or is not known', () => {
  const rows: readonly (readonly [string, boolean | undefined])[] = [
    ['true', true],
    ['request.namespace == "kube-system"', true],
    ["request.namespace != 'kube-system'", false],
    ["!(request.namespace in ['kube-system', 'opa'])", false],
    ["request.namespace in ['opa']", false],
    ['request.namespace.startsWith("kube-")', true],
    ['request.namespace.endsWith("-dev") || request.resource.resource.contains("od")', true],
    ["request.resource.group == '' && request.resource.resource == 'pods'", true],
    [
      "(request.resource.group == 'apps' || request.resource.resource == 'pods') && !(request.namespace == 'opa')",
      true,
    ],
    // What is not known may not matter.
    ["request.namespace == 'opa' && 'system:nodes' in request.userInfo.groups", false],
    ["'system:nodes' in request.userInfo.groups || request.namespace == 'kube-system'", true],
    ["'system:nodes' in request.userInfo.groups || request.namespace == 'opa'", undefined],
    ["!('system:nodes' in request.userInfo.groups)", undefined],
    ['request.namespace in variables.names', undefined],
    ["request.namespace in ['opa', params.name]", undefined],
    ['has(object.metadata.labels)', undefined],
    ['object.spec.replicas > 3', undefined],
    ['request.namespace.matches("^kube-")', undefined],
    ["request.namespace == 'kube-system' ? true : false", undefined],
    ['request.namespace', undefined],
    ["request.namespace == 'a\\'b'", undefined],
    ['(request.namespace == "kube-system"', undefined],
    ['request.namespace == ', undefined],
    [') || (', undefined],
    ["['a', 'b'", undefined],
    ['{{ .Values.condition }}', undefined],
    ['', undefined],
  ];
  for (const [expression, answer] of rows)
    assert.equal(
      holds(expression, (name) => FACTS.get(name)),
      answer,
      expression,
    );
});
