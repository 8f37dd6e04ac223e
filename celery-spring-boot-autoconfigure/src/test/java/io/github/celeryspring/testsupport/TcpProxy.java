package io.github.celeryspring.testsupport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and a server on the loopback address, and breaks connections
 * where a test wants it.
 */
public final class TcpProxy implements AutoCloseable {

	private final int target;

	private final ServerSocket server;

	private final List<Link> links = new CopyOnWriteArrayList<>();

	private final AtomicReference<Trap> commandTrap = new AtomicReference<>();

	private final AtomicReference<Trap> replyTrap = new AtomicReference<>();

	private volatile boolean refuseAfterCut;

	private volatile boolean refusing;

	private volatile boolean swallowing;

	private volatile boolean sprung;

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

	/**
	 * Where a connection breaks.
	 */
	public enum Cut {

		/** Redis never sees the command. */
		BEFORE_COMMAND,

		/** Redis sees half of the command. */
		IN_COMMAND,

		/** Redis runs the command, and nobody hears of it. */
		BEFORE_REPLY,

		/** The client sees half of the reply. */
		IN_REPLY,

		/** As {@link #BEFORE_COMMAND}, but both ends believe that they are connected. */
		SILENT_COMMAND,

		/** As {@link #BEFORE_REPLY}, but both ends believe that they are connected. */
		SILENT_REPLY

	}

	public int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Breaks the connection of the next command that contains a text, once.
	 * @param text part of the command, such as a name or the digest of a script
	 * @param cut where to break it
	 */
	public void cutAt(String text, Cut cut) {
		this.sprung = false;
		this.commandTrap.set(new Trap(text, cut));
	}

	/**
	 * The next reply that contains the text is thrown away and its connection cut.
	 */
	public void cutInsteadOfReply(String text) {
		this.sprung = false;
		this.replyTrap.set(new Trap(text, Cut.BEFORE_REPLY));
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
		return this.sprung;
	}

	/** Closes all connections. */
	public void cutAll() {
		this.links.forEach(Link::cut);
	}

	/** As {@link #cutAll()}, and takes no new ones. */
	public void refuse() {
		this.refusing = true;
		cutAll();
	}

	/** All present connections stay open and lead nowhere any more. */
	public void silenceAll() {
		this.links.forEach((link) -> link.silent = true);
	}

	/** As {@link #silenceAll()}, and new connections lead nowhere either. */
	public void swallow() {
		this.swallowing = true;
		silenceAll();
	}

	/** Takes connections again, and lets them through. */
	public void restore() {
		this.refusing = false;
		this.swallowing = false;
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			if (this.refusing) {
				client.close();
				continue;
			}
			try {
				Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), this.target));
				link.silent = this.swallowing;
				this.links.add(link);
				start("up", link::copyCommands);
				start("down", link::copyReplies);
			}
			catch (IOException ex) {
				// Redis is away, which the client is to see in the same way.
				client.close();
			}
		}
	}

	private boolean springs(AtomicReference<Trap> armed, Trap trap, int index) {
		boolean springs = trap != null && index >= 0 && armed.compareAndSet(trap, null);
		if (springs) {
			this.sprung = true;
		}
		return springs;
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
		cutAll();
	}

	private interface Task {

		void run() throws IOException;

	}

	private record Trap(String text, Cut cut) {

		int indexIn(byte[] buffer, int length) {
			return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).indexOf(this.text);
		}

	}

	/** One connection. */
	private final class Link {

		private final Socket client;

		private final Socket upstream;

		private volatile boolean silent;

		private volatile Cut awaitingReply;

		private Link(Socket client, Socket upstream) {
			this.client = client;
			this.upstream = upstream;
		}

		private void copyCommands() throws IOException {
			copy(this.client, this.upstream, (buffer, length) -> {
				Trap trap = TcpProxy.this.commandTrap.get();
				int index = (trap != null) ? trap.indexIn(buffer, length) : -1;
				if (!springs(TcpProxy.this.commandTrap, trap, index)) {
					return length;
				}
				switch (trap.cut()) {
					case SILENT_COMMAND -> this.silent = true;
					case BEFORE_REPLY, IN_REPLY, SILENT_REPLY -> this.awaitingReply = trap.cut();
					default -> {
						return cutAfter((trap.cut() == Cut.BEFORE_COMMAND) ? 0 : index + (length - index) / 2);
					}
				}
				return length;
			});
		}

		private void copyReplies() throws IOException {
			copy(this.upstream, this.client, (buffer, length) -> {
				Trap trap = TcpProxy.this.replyTrap.get();
				int index = (trap != null) ? trap.indexIn(buffer, length) : -1;
				if (springs(TcpProxy.this.replyTrap, trap, index)) {
					TcpProxy.this.refusing = TcpProxy.this.refuseAfterCut;
					return cutAfter(0);
				}
				Cut cut = this.awaitingReply;
				if (cut == Cut.SILENT_REPLY) {
					this.silent = true;
				}
				return (cut == null || this.silent) ? length : cutAfter((cut == Cut.IN_REPLY) ? length / 2 : 0);
			});
		}

		private void copy(Socket from, Socket to, Filter filter) throws IOException {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[65536];
			int length;
			while ((length = in.read(buffer)) >= 0) {
				int kept = filter.apply(buffer, length);
				if (!this.silent) {
					out.write(buffer, 0, (kept < 0) ? -kept - 1 : kept);
				}
				if (kept < 0) {
					break;
				}
			}
			if (!this.silent) {
				cut();
				TcpProxy.this.links.remove(this);
			}
		}

		/** As a negative number: so many bytes, then the end. */
		private int cutAfter(int bytes) {
			return -bytes - 1;
		}

		private void cut() {
			closeQuietly(this.client);
			closeQuietly(this.upstream);
		}

	}

	private interface Filter {

		int apply(byte[] buffer, int length);

	}

}
