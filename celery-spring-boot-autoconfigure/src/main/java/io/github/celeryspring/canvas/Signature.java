package io.github.celeryspring.canvas;

/**
 * Something that can be sent: one task. Chains, groups and chords will join it.
 *
 * @since 0.1.0
 */
public sealed interface Signature permits TaskSignature {

}
