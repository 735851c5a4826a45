using System.Security.Cryptography;
using Assay.Testing;

namespace Assay.Ohttp.Tests;

public sealed class OhttpExchangeTests
{
    private static readonly byte[] Question = [.. "what is it?"u8];
    private static readonly byte[] Answer = [.. "a seven"u8];

    public static TheoryData<HpkeAead> Ciphers => [.. Enum.GetValues<HpkeAead>().Where(Aead.IsSupported)];

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_question_arrives_and_its_answer_comes_back(HpkeAead aead)
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(Only(gateway, aead), Question)!;
        using OhttpOpened opened = gateway.TryOpen(exchange.Request.Span, out string? error)!;
        Assert.Null(error);
        Assert.Equal(Question, opened.Request.ToArray());
        Assert.Equal(Answer, exchange.TryOpen(opened.Seal(Answer)));
        Assert.Equal((byte)aead, exchange.Request.Span[6]);
        Assert.NotEqual(opened.Seal(Answer), opened.Seal(Answer));
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_relay_that_changes_any_byte_of_the_question_is_refused(HpkeAead aead)
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(Only(gateway, aead), Question)!;
        byte[] sent = exchange.Request.ToArray();
        for (int i = 0; i < sent.Length; i++)
        {
            byte[] changed = [.. sent];
            changed[i] ^= 1;
            Assert.Null(gateway.TryOpen(changed, out string? error));
            string expected = i == 0 ? OhttpErrors.KeyUnknown : i < 7 ? OhttpErrors.Suite : i < 72 ? OhttpErrors.Request : OhttpErrors.Open;

            // The key depends on the header: a cipher that's known, but not the sender's, opens nothing.
            Assert.True(error == expected || (i is 6 or (>= 7 and < 72) && error == OhttpErrors.Open), $"{i}: {error}");
            Assert.Null(gateway.TryOpen(sent.AsSpan(0, i), out _));
        }

        Assert.Null(gateway.TryOpen([.. sent, 0], out string? longer));
        Assert.Equal(OhttpErrors.Open, longer);

        // None of that used the question up.
        using OhttpOpened? opened = gateway.TryOpen(sent, out _);
        Assert.NotNull(opened);
    }

    [Fact]
    public void A_relay_cannot_turn_one_cipher_into_the_other()
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(Only(gateway, HpkeAead.Aes128Gcm), Question)!;
        byte[] changed = exchange.Request.ToArray();
        changed[6] = (byte)HpkeAead.ChaCha20Poly1305;
        Assert.Null(gateway.TryOpen(changed, out string? error));
        Assert.Equal(Aead.IsSupported(HpkeAead.ChaCha20Poly1305) ? OhttpErrors.Open : OhttpErrors.Suite, error);
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_relay_that_changes_any_byte_of_the_answer_is_refused(HpkeAead aead)
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(Only(gateway, aead), Question)!;
        using OhttpOpened opened = gateway.TryOpen(exchange.Request.Span, out _)!;
        byte[] answer = opened.Seal(Answer);
        for (int i = 0; i < answer.Length; i++)
        {
            byte[] changed = [.. answer];
            changed[i] ^= 1;
            Assert.Null(exchange.TryOpen(changed));
            Assert.Null(exchange.TryOpen(answer.AsSpan(0, i)));
        }

        Assert.Null(exchange.TryOpen([.. answer, 0]));
        Assert.Equal(Answer, exchange.TryOpen(answer));
    }

    [Fact]
    public void A_question_is_opened_once()
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(gateway.Config, Question)!;
        Assert.NotNull(gateway.TryOpen(exchange.Request.Span, out _));
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(gateway.TryOpen(exchange.Request.Span, out string? error));
            Assert.Equal(OhttpErrors.Replay, error);
        }
    }

    [Fact]
    public void Of_many_at_once_one_is_opened()
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(gateway.Config, Question)!;
        int opened = 0;
        Parallel.For(0, 32, _ =>
        {
            if (gateway.TryOpen(exchange.Request.Span, out string? error) is not null)
            {
                Interlocked.Increment(ref opened);
            }
            else
            {
                Assert.Equal(OhttpErrors.Replay, error);
            }
        });
        Assert.Equal(1, opened);
    }

    [Fact]
    public void The_answer_to_another_question_is_none()
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange mine = OhttpExchange.TrySeal(gateway.Config, Question)!;
        using OhttpExchange other = OhttpExchange.TrySeal(gateway.Config, Question)!;
        using OhttpOpened opened = gateway.TryOpen(other.Request.Span, out _)!;
        Assert.Null(mine.TryOpen(opened.Seal(Answer)));
    }

    [Fact]
    public void Another_gateway_opens_nothing()
    {
        using OhttpGateway gateway = new(1);
        using OhttpGateway sameNumber = new(1);
        using OhttpGateway otherNumber = new(2);
        using OhttpExchange exchange = OhttpExchange.TrySeal(gateway.Config, Question)!;
        Assert.Null(sameNumber.TryOpen(exchange.Request.Span, out string? error));
        Assert.Equal(OhttpErrors.Open, error);
        Assert.Null(otherNumber.TryOpen(exchange.Request.Span, out error));
        Assert.Equal(OhttpErrors.KeyUnknown, error);
    }

    [Fact]
    public void A_key_opens_no_more_than_it_remembers_and_nothing_when_it_is_gone()
    {
        OhttpGateway gateway = new(1, capacity: 2);
        using OhttpExchange first = OhttpExchange.TrySeal(gateway.Config, Question)!;
        using OhttpExchange second = OhttpExchange.TrySeal(gateway.Config, Question)!;
        using OhttpExchange third = OhttpExchange.TrySeal(gateway.Config, Question)!;
        using OhttpOpened opened = gateway.TryOpen(first.Request.Span, out _)!;
        Assert.NotNull(gateway.TryOpen(second.Request.Span, out _));
        Assert.Null(gateway.TryOpen(third.Request.Span, out string? error));
        Assert.Equal(OhttpErrors.Exhausted, error);
        Assert.Null(gateway.TryOpen(first.Request.Span, out error));
        Assert.Equal(OhttpErrors.Replay, error);
        gateway.Dispose();
        Assert.Null(gateway.TryOpen(third.Request.Span, out error));
        Assert.Equal(OhttpErrors.KeyUnknown, error);
        Assert.Equal(Answer, first.TryOpen(opened.Seal(Answer)));
    }

    [Fact]
    public void Garbage_is_refused_and_never_throws()
    {
        using OhttpGateway gateway = new(1);
        using OhttpExchange exchange = OhttpExchange.TrySeal(gateway.Config, Question)!;
        Mutator mutator = new(1, [exchange.Request.ToArray()]);
        int refused = 0;
        for (int i = 0; i < (FuzzRun.IsDeep ? 200_000 : 3000); i++)
        {
            byte[] input = mutator.Next();
            if (!input.AsSpan().SequenceEqual(exchange.Request.Span))
            {
                Assert.Null(gateway.TryOpen(input, out string? error));
                Assert.NotNull(error);
                refused++;
            }
        }

        Assert.True(refused > 1000);
        Assert.NotNull(gateway.TryOpen(exchange.Request.Span, out _));
        Assert.Null(exchange.TryOpen([]));
        Assert.Null(exchange.TryOpen(RandomNumberGenerator.GetBytes(200)));
    }

    [Fact]
    public void Every_question_has_an_ephemeral_key_of_its_own()
    {
        using OhttpGateway gateway = new(1);
        HashSet<string> seen = [];
        for (int i = 0; i < 50; i++)
        {
            using OhttpExchange exchange = OhttpExchange.TrySeal(gateway.Config, Question)!;
            Assert.True(seen.Add(Convert.ToHexString(exchange.Request.Span[7..72])));
        }
    }

    private static OhttpKeyConfig Only(OhttpGateway gateway, HpkeAead aead) => new(gateway.Config.KeyId, gateway.Config.PublicKey, [aead]);
}
