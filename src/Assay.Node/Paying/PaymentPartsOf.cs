namespace Assay.Node.Paying;

/// <summary>What a price file says that payments rest on.</summary>
internal static class PaymentPartsOf
{
    internal static PaymentParts File(PriceFile file, TimeProvider time) => throw new PriceFileException("prices", ["no facilitator"]);
}
