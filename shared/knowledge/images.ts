// What is known of base images, and the look-up. Data with sources stands in images.json.

export type ImageFacts = {};
