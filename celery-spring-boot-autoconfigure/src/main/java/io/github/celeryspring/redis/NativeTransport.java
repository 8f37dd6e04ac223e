package io.github.celeryspring.redis;

import java.util.Locale;

import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.KqueueProvider;

/**
 * What unix sockets need: netty's epoll on Linux, kqueue on macOS.
 */
final class NativeTransport {

	private NativeTransport() {
	}

	/**
	 * Makes sure that an endpoint can be connected to.
	 * @param endpoint the endpoint
	 * @throws NativeTransportMissingException if it cannot
	 */
	static void check(RedisEndpoint endpoint) {
		boolean needed = endpoint instanceof RedisEndpoint.Socket
				|| endpoint instanceof RedisEndpoint.Alternates alternates
						&& alternates.endpoints().get(0) instanceof RedisEndpoint.Socket;
		if (needed && !EpollProvider.isAvailable() && !KqueueProvider.isAvailable()) {
			throw new NativeTransportMissingException(endpoint,
					remedy(System.getProperty("os.name"), System.getProperty("os.arch")));
		}
	}

	static String remedy(String os, String arch) {
		String cpu = switch (arch) {
			case "amd64", "x86_64" -> "x86_64";
			case "aarch64", "arm64" -> "aarch_64";
			default -> arch;
		};
		String name = os.toLowerCase(Locale.ROOT);
		if (name.startsWith("linux")) {
			return add("epoll", "linux-" + cpu);
		}
		if (name.startsWith("mac")) {
			return add("kqueue", "osx-" + cpu);
		}
		return "They work on Linux and macOS only: let Redis listen on the loopback address and write"
				+ " redis://127.0.0.1:6379/0.";
	}

	private static String add(String transport, String classifier) {
		return "Add the dependency io.netty:netty-transport-native-" + transport + " with the classifier " + classifier
				+ " and the scope runtime; Spring Boot manages its version.";
	}

}
