package io.github.celeryspring.autoconfigure;

/**
 * Completes the node name of {@code celery.worker-hostname} as Celery does with its -n.
 */
final class WorkerHostname {

	private WorkerHostname() {
	}

	/**
	 * Completes a node name.
	 * @param format what is configured
	 * @param defaultNodename {@code celery@} and the name of this host
	 * @return the node name
	 */
	static String of(String format, String defaultNodename) {
		String host = defaultNodename.substring(defaultNodename.indexOf('@') + 1);
		int dot = host.indexOf('.');
		String name = (format.indexOf('@') >= 0) ? format : "celery@" + format;
		return name.replace("%h", host)
			.replace("%n", (dot >= 0) ? host.substring(0, dot) : host)
			.replace("%d", (dot >= 0) ? host.substring(dot + 1) : "");
	}

}
