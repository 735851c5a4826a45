namespace Assay.Payments.Tests;

public sealed class OfferTextTests
{
    [Fact]
    public void Text_EscapesWhatMustBe_AndNothingElse()
    {
        PaymentRequirements offer = new()
        {
            Scheme = PaymentRequirements.Exact, ChainId = 84532, Amount = 10_000, Asset = default, PayTo = default, MaxTimeoutSeconds = 60,
            TokenName = "USD₮0 <&'+>\"\\\b\t\n\f\r\u001f\u007f\u2028\U0001F600", TokenVersion = "2", Method = TransferMethod.Eip3009, Level = "replay+tee",
        };

        Assert.Equal(
            """{"scheme":"exact","network":"eip155:84532","amount":"10000","asset":"0x0000000000000000000000000000000000000000","payTo":"0x0000000000000000000000000000000000000000","maxTimeoutSeconds":60,"""
            + "\"extra\":{\"name\":\"USD₮0 <&'+>\\\"\\\\\\b\\t\\n\\f\\r\\u001f\u007f\u2028\U0001F600\",\"version\":\"2\",\"level\":\"replay+tee\"}}",
            offer.Text);
        Assert.Equal(offer, RequirementsReader.TryReadText(offer.Text));
        Assert.Null(RequirementsReader.TryReadText(offer.Text.Replace("+tee", "\\u002Btee", StringComparison.Ordinal)));
    }
}
