package io.github.celeryspring.embedded;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives tests the redis-server binary itself, to be run with other arguments.
 */
public final class EmbeddedRedisBinary {

	private EmbeddedRedisBinary() {
	}

	/**
	 * Writes the binary.
	 * @param directory where to
	 * @return the executable
	 */
	public static Path extract(Path directory) throws IOException {
		return EmbeddedRedisServer.extract(directory);
	}

}
