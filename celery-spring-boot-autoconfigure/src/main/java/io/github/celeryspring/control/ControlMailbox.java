package io.github.celeryspring.control;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.control.ControlRequest.ReplyAddress;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.LamportClock;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.ReplyQueue;
import io.github.celeryspring.kombu.Serializers;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Where commands of remote control are sent to and heard: the fanout exchange
 * {@code <namespace>.pidbox}. Replies go through the direct exchange
 * {@code reply.<namespace>.pidbox}. Bodies are written in JSON. Thread-safe. Counterpart
 * of {@code kombu.pidbox.Mailbox}.
 *
 * @since 0.1.0
 */
public final class ControlMailbox {

	/** Celery's default for the setting {@code control_exchange}. */
	public static final String NAMESPACE = "celery";

	private static final int TRANSIENT = 1;

	private final BrokerTransport transport;

	private final Serializers serializers;

	private final CeleryExchange exchange;

	private final CeleryExchange replyExchange;

	private final LamportClock clock = new LamportClock();

	/**
	 * Creates a mailbox, which does nothing until it is used.
	 * @param transport moves the messages
	 * @param serializers read and write their bodies
	 * @param namespace Celery's {@code control_exchange}, see {@link #NAMESPACE}
	 */
	public ControlMailbox(BrokerTransport transport, Serializers serializers, String namespace) {
		Assert.hasText(namespace, "'namespace' must not be empty");
		this.transport = transport;
		this.serializers = serializers;
		this.exchange = new CeleryExchange(namespace + ".pidbox", CeleryExchange.Type.FANOUT);
		this.replyExchange = CeleryExchange.direct("reply." + namespace + ".pidbox");
	}

	/**
	 * Begins to hear and answer commands.
	 * @param nodename the name of the worker
	 * @param handlers the commands; of several for one command the last is used
	 * @return the listener; the caller closes it
	 */
	public ControlNode listen(String nodename, Collection<? extends ControlCommandHandler> handlers) {
		ControlNode node = new ControlNode(this, nodename, handlers);
		node.start(this.transport, this.exchange);
		return node;
	}

	/**
	 * The logical clock of this process, which goes on with each message.
	 * @return the clock
	 */
	public LamportClock clock() {
		return this.clock;
	}

	Serializers serializers() {
		return this.serializers;
	}

	/** Opens a queue for the replies to one request. */
	CompletionStage<ReplyQueue> openReplies(ReplyAddress address) {
		return this.transport.openReplies(new CeleryQueue(address.routingKey() + "." + address.exchange(),
				this.replyExchange, address.routingKey()));
	}

	ReplyAddress newReplyAddress() {
		return new ReplyAddress(this.replyExchange.name(), UUID.randomUUID().toString(), UUID.randomUUID().toString());
	}

	/**
	 * Sends a command.
	 * @param request the command
	 * @param timeout how long replies are waited for, or {@code null} if they are not
	 * @return completes when Redis has taken it
	 */
	CompletionStage<Void> publish(ControlRequest request, @Nullable Duration timeout) {
		this.transport.declare(this.exchange);
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		headers.put("clock", this.clock.forward());
		headers.put("expires",
				(timeout != null) ? Double.valueOf(Clock.systemUTC().millis() / 1000.0 + timeout.toMillis() / 1000.0)
						: Integer.valueOf(0));
		return publish(request.body(), headers, new DeliveryInfo(this.exchange.name(), "", false));
	}

	/**
	 * Sends a reply.
	 * @param nodename who replies
	 * @param reply the reply
	 * @param address where it goes
	 * @return completes when Redis has taken it, exceptionally if nobody waits for it any
	 * more
	 */
	CompletionStage<Void> reply(String nodename, @Nullable Object reply, ReplyAddress address) {
		Map<String, @Nullable Object> body = new LinkedHashMap<>();
		body.put(nodename, reply);
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		headers.put("ticket", address.ticket());
		headers.put("clock", this.clock.forward());
		return publish(body, headers, new DeliveryInfo(address.exchange(), address.routingKey(), false));
	}

	private CompletionStage<Void> publish(Map<String, @Nullable Object> body, Map<String, @Nullable Object> headers,
			DeliveryInfo destination) {
		ContentSerializer json = this.serializers.json();
		MessageProperties properties = new MessageProperties(null, null, TRANSIENT, destination, 0,
				UUID.randomUUID().toString(), null, Map.of());
		return this.transport.publish(new KombuMessage(json.serialize(body), json.contentType(), json.contentEncoding(),
				headers, properties));
	}

}
