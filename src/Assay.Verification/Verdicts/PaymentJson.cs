using System.Text.Json;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Verification;

/// <summary>The payment in a verdict's JSON (spec/receipt.md, "As JSON").</summary>
internal static class PaymentJson
{
    public static void Write(Utf8JsonWriter writer, string name, PaymentFact? fact)
    {
        if (fact is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("price", fact.Price);
        writer.WriteString("level", fact.Offer?.Level);
        writer.WriteString("scheme", fact.Offer?.Scheme);
        writer.WriteString("method", fact.Offer is { } offer ? offer.Method == TransferMethod.Eip3009 ? "eip3009" : "permit2" : null);
        writer.WriteString("network", fact.Offer?.Network);
        writer.WriteString("asset", fact.Offer?.Asset.ToString());
        writer.WriteString("tokenName", fact.Offer?.TokenName);
        writer.WriteString("amount", fact.Offer is { } most ? EvmAmount.Text(most.Amount) : null);
        writer.WriteString("payTo", fact.Offer?.PayTo.ToString());
        writer.WriteString("payer", fact.Payer?.ToString());
        if (fact.Bound is { } bound)
        {
            writer.WriteBoolean("bound", bound);
        }
        else
        {
            writer.WriteNull("bound");
        }

        writer.WriteString("transaction", fact.Settlement?.Transaction is { } hash ? "0x" + hash : null);
        VerdictJson.WriteNumber(writer, "confirmations", fact.Confirmations);
        VerdictJson.WriteNumber(writer, "confirmationsWanted", fact.Wanted);
        writer.WriteString("moved", fact.Moved is { } moved ? EvmAmount.Text(moved) : null);
        writer.WriteEndObject();
    }
}
