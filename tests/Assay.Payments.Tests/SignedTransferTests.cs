using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Payments.Tests;

/// <summary>Signatures that x402's own client made (spec/vectors/payment/eip712.json).</summary>
public sealed class SignedTransferTests
{
    [Theory]
    [InlineData("eip3009", TransferMethod.Eip3009)]
    [InlineData("permit2Exact", TransferMethod.Permit2)]
    [InlineData("permit2Upto", TransferMethod.Permit2Upto)]
    public void WhatAnOfficialClientSigned_HasItsDigest_AndItsSigner(string name, TransferMethod method)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "payment", "eip712.json")));
        JsonElement vector = document.RootElement.GetProperty(name);
        JsonElement message = vector.GetProperty("message");
        SignedTransfer transfer = method == TransferMethod.Eip3009
            ? new TransferAuthorization
            {
                Payer = Address(message, "from"), PayTo = Address(message, "to"), Amount = Number(message, "value"), Nonce = Word(message.GetProperty("nonce").GetString()!),
                ValidAfter = Number(message, "validAfter"), ValidBefore = Number(message, "validBefore"), Signature = Signature(vector),
            }
            : new PermitTransfer
            {
                Payer = Address(document.RootElement, "address"), PayTo = Address(message.GetProperty("witness"), "to"), Amount = Number(message.GetProperty("permitted"), "amount"),
                Nonce = EvmAmount.Word(Number(message, "nonce")), ValidAfter = Number(message.GetProperty("witness"), "validAfter"), ValidBefore = Number(message, "deadline"),
                Signature = Signature(vector), Token = Address(message.GetProperty("permitted"), "token"), Spender = Address(message, "spender"),
                Facilitator = method == TransferMethod.Permit2Upto ? Address(message.GetProperty("witness"), "facilitator") : null,
            };
        PaymentRequirements offer = new()
        {
            Scheme = method == TransferMethod.Permit2Upto ? PaymentRequirements.Upto : PaymentRequirements.Exact, ChainId = 84532, Amount = transfer.Amount,
            Asset = EvmAddress.TryParse("0x036CbD53842c5426634e7929541eC2318f3dCF7e", out EvmAddress token) ? token : default,
            PayTo = transfer.PayTo, MaxTimeoutSeconds = 60, TokenName = "USDC", TokenVersion = "2", Method = method,
        };

        Assert.Equal(vector.GetProperty("digest").GetString(), "0x" + transfer.Digest(offer));
        Assert.True(transfer.IsSigned(offer));
        Assert.False((transfer with { Amount = transfer.Amount + 1 }).IsSigned(offer));
        Assert.False(transfer.IsSigned(offer with { ChainId = 1 }));
    }

    private static EvmAddress Address(JsonElement parent, string name) => EvmAddress.TryParse(parent.GetProperty(name).GetString(), out EvmAddress address) ? address : throw new InvalidDataException(name);

    private static BigInteger Number(JsonElement parent, string name) => BigInteger.Parse(parent.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static Digest32 Word(string hex) => Digest32.TryParseHex(hex.AsSpan(2), out Digest32 word) ? word : throw new InvalidDataException(hex);

    private static EvmSignature Signature(JsonElement vector) => EvmSignature.TryParse(vector.GetProperty("signature").GetString(), out EvmSignature signature) ? signature : throw new InvalidDataException("signature");
}
