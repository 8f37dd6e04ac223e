package io.github.celeryspring.testsupport;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server on the loopback address, and breaks connections
 * where a test wants it.
 */
public final class TcpProxy implements AutoCloseable {

	private final int target;

	private final ServerSocket server;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final AtomicInteger repliesToSwallow = new AtomicInteger();

	private volatile String trigger;

	private volatile boolean refuseAfterCut;

	private volatile boolean refusing;

	/** Connections up to this number are dead, but neither end knows. */
	private volatile int silent;

	public TcpProxy(int target) {
		try {
			this.target = target;
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::accept);
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/**
	 * The next reply that contains the text is thrown away and its connection cut.
	 */
	public void cutInsteadOfReply(String text) {
		this.trigger = text;
		this.repliesToSwallow.set(1);
	}

	/**
	 * As {@link #cutInsteadOfReply}, and no new connection is taken until
	 * {@link #restore()}. The other connections live on.
	 */
	public void cutInsteadOfReplyAndRefuse(String text) {
		this.refuseAfterCut = true;
		cutInsteadOfReply(text);
	}

	/** Whether that has happened. */
	public boolean hasCut() {
		return this.repliesToSwallow.get() <= 0;
	}

	/** Takes connections again. */
	public void restore() {
		this.refusing = false;
	}

	/**
	 * Drops the present connections as a firewall does: they stay open, and nothing goes
	 * through any more. New ones work.
	 */
	public void silence() {
		this.silent = this.sockets.size();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			if (this.refusing) {
				client.close();
				continue;
			}
			Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.addAll(List.of(client, upstream));
			int number = this.sockets.size();
			start("up", () -> client.getInputStream().transferTo(unlessSilent(number, upstream)));
			start("down", () -> copyReplies(upstream, client, unlessSilent(number, client)));
		}
	}

	private OutputStream unlessSilent(int number, Socket to) throws IOException {
		return new FilterOutputStream(to.getOutputStream()) {

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				if (number > TcpProxy.this.silent) {
					this.out.write(bytes, offset, length);
				}
			}

		};
	}

	private void copyReplies(Socket upstream, Socket client, OutputStream out) throws IOException {
		InputStream in = upstream.getInputStream();
		byte[] buffer = new byte[65536];
		int length;
		while ((length = in.read(buffer)) >= 0) {
			String text = new String(Arrays.copyOf(buffer, length), StandardCharsets.ISO_8859_1);
			String wanted = this.trigger;
			if (wanted != null && text.contains(wanted) && this.repliesToSwallow.getAndDecrement() == 1) {
				this.refusing = this.refuseAfterCut;
				closeQuietly(client);
				closeQuietly(upstream);
				return;
			}
			out.write(buffer, 0, length);
		}
	}

	private static void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// a connection ended, which is what this class is for
				Thread.currentThread().interrupt();
			}
		}, "tcp-proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private static void closeQuietly(Closeable socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		closeQuietly(this.server);
		this.sockets.forEach(TcpProxy::closeQuietly);
	}

	private interface Task {

		void run() throws IOException;

	}

}
