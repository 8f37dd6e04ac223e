package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.ContentSerializers;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.security.SecureSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns properties into serializers.
 */
final class ContentSettings {

	private static final List<String> AUTH = List.of("auth", "application/data");

	private final CeleryContentProperties properties;

	private final CelerySecurityProperties security;

	private final @Nullable SslBundles bundles;

	ContentSettings(CeleryContentProperties properties, CelerySecurityProperties security,
			@Nullable SslBundles bundles) {
		this.properties = properties;
		this.security = security;
		this.bundles = bundles;
	}

	/**
	 * Makes the serializers.
	 * @param mapper for JSON
	 * @param typed for formats that have types of their own: writes {@code __type__}
	 * objects
	 * @param custom the application's own serializers
	 * @return the serializers
	 * @throws CeleryConfigurationException if a value makes no sense, or needs what is
	 * missing
	 */
	Serializers serializers(JsonMapper mapper, JsonMapper typed, Stream<ContentSerializer> custom) {
		Serializers.Builder builder = Serializers.builder(mapper)
			.maxDecompressedSize(this.properties.maxDecompressedSize().toBytes());
		List<ContentSerializer> readable = new ArrayList<>();
		readable.add(ContentSerializers.json(mapper));
		readable.add(ContentSerializers.msgpack(typed));
		if (ContentSerializers.hasYaml()) {
			readable.add(ContentSerializers.yaml(typed));
		}
		readable.forEach(builder::add);
		builder.add(ContentSerializers.pickle());
		custom.forEach(builder::add);
		if (isSecure()) {
			builder.add(secure(readable));
		}
		set("task-serializer", this.properties.taskSerializer(), builder::taskSerializer);
		set("result-serializer", this.properties.resultSerializer(), builder::resultSerializer);
		set("accept-content", this.properties.acceptContent(), builder::acceptContent);
		set("result-accept-content", this.properties.resultAcceptContent(), builder::resultAcceptContent);
		set("task-compression", this.properties.taskCompression(), builder::taskCompression);
		set("result-compression", this.properties.resultCompression(), builder::resultCompression);
		return builder.build();
	}

	private boolean isSecure() {
		return this.security.securityBundle() != null || this.security.securityKey() != null
				|| this.security.securityCertificate() != null || this.security.securityCertStore() != null
				|| this.properties.mentions(AUTH.get(0), AUTH.get(1));
	}

	private SecureSerializer secure(List<ContentSerializer> readable) {
		boolean written = AUTH.contains(this.properties.taskSerializer());
		boolean accepted = this.properties.acceptContent().stream().anyMatch(AUTH::contains);
		boolean alone = this.properties.acceptContent().stream().allMatch(AUTH::contains);
		if ((written || accepted) && !(written && accepted && alone)) {
			throw new CeleryConfigurationException(
					"Messages are signed, but not all of them: 'celery.task-serializer' is '"
							+ this.properties.taskSerializer() + "', 'celery.accept-content' is "
							+ this.properties.acceptContent() + ".",
					"There is no point in signing messages if others are accepted too: set both to 'auth', or neither.",
					null);
		}
		try {
			return new SecureSerializer(SecuritySettings.keys(this.security, this.bundles),
					this.security.securityDigest(), readable, this.security.securityBase64Fields());
		}
		catch (IllegalArgumentException ex) {
			throw new CeleryConfigurationException("'celery.security-digest' cannot be used: " + ex.getMessage() + ".",
					"Correct the value.", ex);
		}
	}

	private static <T> void set(String property, @Nullable T value, Consumer<T> setter) {
		if (value == null) {
			return;
		}
		try {
			setter.accept(value);
		}
		catch (CelerySerializationException ex) {
			throw new CeleryConfigurationException(
					"'celery." + property + "' cannot be " + value + ". " + ex.getMessage() + ".",
					"Correct the value, or add what is missing to the dependencies of the application.", ex);
		}
	}

}
