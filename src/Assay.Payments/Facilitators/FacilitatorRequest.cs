using System.Buffers;
using System.Numerics;
using System.Text.Json;

namespace Assay.Payments;

/// <summary>The body of x402's <c>/verify</c> and <c>/settle</c>.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="Offer">The offer that it is for; its amount is the most, of <c>upto</c>.</param>
/// <param name="Amount">What to charge: <c>paymentRequirements.amount</c>.</param>
public sealed record FacilitatorRequest(PaymentPayload Payment, PaymentRequirements Offer, BigInteger Amount)
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>
    /// Reads a body of either version. <c>upto</c> asks to settle less by a smaller amount in the requirements: the most is what was signed.
    /// Errors: <see cref="PayloadErrors"/>.
    /// </summary>
    public static FacilitatorRequest? TryRead(ReadOnlyMemory<byte> utf8, out string? error)
    {
        error = PayloadErrors.Json;
        if (PaymentJson.TryParse(utf8, MaxLength) is not { } root)
        {
            return null;
        }

        error = PayloadErrors.Form;
        if (PaymentJson.Object(root, "paymentPayload") is not { } payload || PaymentJson.Object(root, "paymentRequirements") is not { } requirements)
        {
            return null;
        }

        if (PayloadReader.TryRead(JsonSerializer.SerializeToUtf8Bytes(payload), out error) is not { } payment)
        {
            return null;
        }

        error = PayloadErrors.Form;
        PaymentRequirements? asked = payment.Version == 1 ? RequirementsReader.TryReadV1(requirements) : RequirementsReader.TryRead(requirements);
        if (asked is null)
        {
            return null;
        }

        error = null;
        return new FacilitatorRequest(payment, asked.Method == TransferMethod.Permit2Upto && payment.Transfer.Amount > asked.Amount ? asked with { Amount = payment.Transfer.Amount } : asked, asked.Amount);
    }

    /// <summary>The body, in the version of the payment.</summary>
    /// <param name="resource">What is paid for: version 1 has it in every entry.</param>
    public byte[] Write(PaymentResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("x402Version", Payment.Version);
            json.WritePropertyName("paymentPayload");
            json.WriteRawValue(Payment.Json.Span);
            json.WritePropertyName("paymentRequirements");
            PaymentRequirements asked = Offer with { Amount = Amount };
            if (Payment.Version == 1)
            {
                PaymentRequired.WriteV1(json, asked, resource);
            }
            else
            {
                asked.Write(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
