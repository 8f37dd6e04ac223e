package io.github.celeryspring.redis;

import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the server to connect to, anew for each connect and reconnect. All connections to
 * one endpoint share one.
 */
interface ServerLocator {

	/**
	 * Where to connect to now; does not block.
	 * @return the address; fails with
	 * {@link io.github.celeryspring.BrokerUnavailableException} if there is none
	 */
	CompletionStage<SocketAddress> locate();

	/**
	 * A server that was located says that it is not the master.
	 */
	default void demoted() {
	}

	/**
	 * Locates no more.
	 * @return completes when all connections are closed
	 */
	CompletableFuture<Void> closeAsync();

}
