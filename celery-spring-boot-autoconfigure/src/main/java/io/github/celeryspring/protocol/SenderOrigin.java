package io.github.celeryspring.protocol;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.util.StringUtils;

/**
 * The name of this process as a sender, {@code gen<pid>@<hostname>}: Celery's
 * {@code anon_nodename}. Found once, because looking up the host name can be slow.
 */
final class SenderOrigin {

	static final String VALUE = "gen" + ProcessHandle.current().pid() + "@" + hostname();

	private SenderOrigin() {
	}

	private static String hostname() {
		String name = System.getenv("HOSTNAME");
		if (StringUtils.hasText(name)) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
