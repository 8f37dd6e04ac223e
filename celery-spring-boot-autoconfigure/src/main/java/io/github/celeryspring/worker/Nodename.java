package io.github.celeryspring.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The default name of a worker: {@code celery@<hostname>}. Counterpart of
 * {@code celery.utils.nodenames}.
 */
final class Nodename {

	private static final Path LINUX_HOSTNAME = Path.of("/proc/sys/kernel/hostname");

	private Nodename() {
	}

	static String ofThisHost() {
		return "celery@" + hostname();
	}

	/**
	 * The kernel's name first, as Python's {@code socket.gethostname()}: asking Java for
	 * it asks the name service, which may take seconds.
	 */
	private static String hostname() {
		try {
			String name = Files.readString(LINUX_HOSTNAME).strip();
			if (!name.isEmpty()) {
				return name;
			}
		}
		catch (IOException | RuntimeException ex) {
			// not Linux, or not allowed
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
