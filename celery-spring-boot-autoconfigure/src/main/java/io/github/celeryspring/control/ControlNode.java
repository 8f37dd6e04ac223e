package io.github.celeryspring.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.control.ControlRequest.ReplyAddress;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import tools.jackson.databind.JsonNode;

/**
 * Hears the commands for one worker and answers them, one at a time and in order, on a
 * thread of its own. Thread-safe. Counterpart of {@code kombu.pidbox.Node}.
 *
 * @since 0.1.0
 */
public final class ControlNode implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ControlNode.class);

	private final ControlMailbox mailbox;

	private final String nodename;

	private final Map<String, ControlCommandHandler> handlers = new HashMap<>();

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private @Nullable FanoutSubscription subscription;

	ControlNode(ControlMailbox mailbox, String nodename, Collection<? extends ControlCommandHandler> handlers) {
		this.mailbox = mailbox;
		this.nodename = nodename;
		handlers.forEach((handler) -> this.handlers.put(handler.command(), handler));
	}

	void start(BrokerTransport transport, CeleryExchange exchange) {
		this.subscription = transport.subscribe(exchange, "", this::received);
	}

	private FanoutSubscription subscription() {
		Assert.state(this.subscription != null, "Not started");
		return this.subscription;
	}

	/**
	 * Whether commands are heard.
	 * @return completes when they are for the first time, exceptionally if Redis refuses
	 * it
	 */
	public CompletionStage<Void> ready() {
		return subscription().ready();
	}

	private void received(byte[] payload) {
		ControlRequest request;
		try {
			KombuMessage message = this.codec.decode(payload);
			if (message.headers().get("clock") instanceof Number clock) {
				this.mailbox.clock().adjust(clock.longValue());
			}
			request = ControlRequest
				.read(this.mailbox.serializers().forContentType(message.contentType()).deserialize(message.body()));
			// Its header "expires" counts as little as in Python: clocks differ.
			if (!request.scope().includes(this.nodename)) {
				return;
			}
		}
		catch (RuntimeException ex) {
			logger.error("A command of remote control cannot be read and is ignored: " + ex);
			return;
		}
		dispatch(request);
	}

	private void dispatch(ControlRequest request) {
		Object reply = handle(request);
		ReplyAddress address = request.reply();
		if (address == null) {
			return;
		}
		try {
			this.mailbox.reply(this.nodename, reply, address).whenComplete((done, failure) -> {
				if (failure != null) {
					logger.debug("Nobody gets the reply to command '" + request.method() + "': "
							+ CeleryException.unwrap(failure));
				}
			});
		}
		catch (RuntimeException ex) {
			logger.error("The reply to command '" + request.method() + "' cannot be sent", ex);
		}
	}

	private @Nullable Object handle(ControlRequest request) {
		ControlCommandHandler handler = this.handlers.get(request.method());
		if (handler == null) {
			logger.error("There is no command '" + request.method() + "' of remote control");
			return error("KeyError", request.method());
		}
		try {
			logger.debug("Command '" + request.method() + "' of remote control");
			return handler.handle(plain(request));
		}
		catch (Exception | StackOverflowError | LinkageError ex) {
			logger.error("Command '" + request.method() + "' of remote control failed", ex);
			return error(ex.getClass().getSimpleName(), ex.getMessage());
		}
	}

	private Map<String, @Nullable Object> plain(ControlRequest request) {
		Map<String, @Nullable Object> plain = new LinkedHashMap<>();
		request.arguments()
			.forEach((name, value) -> plain.put(name, (value instanceof JsonNode tree)
					? this.mailbox.serializers().mapper().convertValue(tree, Object.class) : value));
		return plain;
	}

	/** The text is Python's {@code repr()} of an exception. */
	private static Map<String, String> error(String type, @Nullable String message) {
		String argument = (message != null) ? "'" + message.replace("\\", "\\\\").replace("'", "\\'") + "'" : "";
		return Map.of("error", type + "(" + argument + ")");
	}

	/**
	 * Hears no more commands.
	 */
	@Override
	public void close() {
		subscription().close();
	}

}
