package io.github.celeryspring.canvas;

/**
 * What Celery makes of a canvas before it sends it.
 *
 * @since 0.1.0
 */
public final class Canvases {

	private Canvases() {
	}

	/**
	 * Whether nothing is sent for it: a group or a chain without tasks, or of such.
	 * @param signature the signature
	 * @return whether there is no task in it
	 */
	static boolean isEmpty(Signature signature) {
		if (signature instanceof Chain chain) {
			return chain.tasks().stream().allMatch(Canvases::isEmpty);
		}
		return signature instanceof Group group && group.tasks().stream().allMatch(Canvases::isEmpty);
	}

}
