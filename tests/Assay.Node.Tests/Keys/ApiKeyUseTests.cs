using Assay.Node.Keys;

namespace Assay.Node.Tests.Keys;

public sealed class ApiKeyUseTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(999_983)]
    public void ABucket_HoldsAMinutesRequests_AndNotOneMore(int rate)
    {
        ApiKeyUse use = new(_clock);
        ApiKeyLimits limits = new() { RequestsPerMinute = rate };
        for (int i = 0; i < rate; i++)
        {
            Assert.Equal(ApiKeyRefusal.None, use.TryEnter(limits, out _));
        }

        Assert.Equal(ApiKeyRefusal.Rate, use.TryEnter(limits, out int seconds));
        Assert.Equal((int)Math.Ceiling(60.0 / rate), seconds);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(ApiKeyRefusal.None, use.TryEnter(limits, out _));
    }

    [Fact]
    public void OverAnHour_ExactlyTheRatePasses()
    {
        ApiKeyUse use = new(_clock);
        ApiKeyLimits limits = new() { RequestsPerMinute = 7 };
        int passed = 0;
        Random random = new(1);
        for (TimeSpan spent = TimeSpan.Zero; spent < TimeSpan.FromHours(1);)
        {
            passed += use.TryEnter(limits, out _) == ApiKeyRefusal.None ? 1 : 0;
            TimeSpan step = TimeSpan.FromTicks(Math.Min(random.NextInt64(1, 10_000_000), (TimeSpan.FromHours(1) - spent).Ticks));
            _clock.Advance(step);
            spent += step;
        }

        passed += use.TryEnter(limits, out _) == ApiKeyRefusal.None ? 1 : 0;
        Assert.Equal(7 + (7 * 60), passed);
    }

    [Fact]
    public void AChangedLimit_KeepsWhatWasUsedUp()
    {
        ApiKeyUse use = new(_clock);
        for (int i = 0; i < 10; i++)
        {
            use.TryEnter(new ApiKeyLimits { RequestsPerMinute = 10 }, out _);
        }

        Assert.Equal(ApiKeyRefusal.Rate, use.TryEnter(new ApiKeyLimits { RequestsPerMinute = 1000 }, out int seconds));
        Assert.Equal(1, seconds);
        _clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(ApiKeyRefusal.None, use.TryEnter(new ApiKeyLimits { RequestsPerMinute = 1 }, out _));
        Assert.Equal(ApiKeyRefusal.Rate, use.TryEnter(new ApiKeyLimits { RequestsPerMinute = 1 }, out _));
    }

    [Fact]
    public void ARefusalForConcurrency_CostsNoToken()
    {
        ApiKeyUse use = new(_clock);
        ApiKeyLimits limits = new() { RequestsPerMinute = 2, Concurrent = 1 };
        Assert.Equal(ApiKeyRefusal.None, use.TryEnter(limits, out _));
        Assert.Equal(ApiKeyRefusal.Concurrency, use.TryEnter(limits, out _));
        use.Leave();
        Assert.Equal(ApiKeyRefusal.None, use.TryEnter(limits, out _));
        use.Leave();
        Assert.Equal(ApiKeyRefusal.Rate, use.TryEnter(limits, out _));
    }

    [Fact]
    public void ParallelRequests_NeverExceedEitherLimit()
    {
        ApiKeyUse use = new(_clock);
        ApiKeyLimits limits = new() { RequestsPerMinute = 5000, Concurrent = 3 };
        int inside = 0;
        int most = 0;
        int passed = 0;
        Parallel.For(0, 50_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            if (use.TryEnter(limits, out int _) == ApiKeyRefusal.None)
            {
                int now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                Interlocked.Increment(ref passed);
                Thread.SpinWait(50);
                Interlocked.Decrement(ref inside);
                use.Leave();
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.InRange(passed, 1, 5000);
        Assert.Equal(5000 - passed, Enumerable.Range(0, 10_000).Count(_ =>
        {
            bool entered = use.TryEnter(limits, out int _) == ApiKeyRefusal.None;
            if (entered)
            {
                use.Leave();
            }

            return entered;
        }));
    }

    [Fact]
    public void ALease_IsGivenBackOnce()
    {
        ApiKeyUse use = new(_clock);
        ApiKeyLimits limits = new() { Concurrent = 1 };
        use.TryEnter(limits, out _);
        ApiKeyLease lease = new(ApiKey.Anonymous, use);
        Parallel.For(0, 8, _ => lease.Dispose());
        Assert.Equal(ApiKeyRefusal.None, use.TryEnter(limits, out _));
        Assert.Equal(ApiKeyRefusal.Concurrency, use.TryEnter(limits, out _));
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (int seen = Volatile.Read(ref place); value > seen; seen = Volatile.Read(ref place))
        {
            Interlocked.CompareExchange(ref place, value, seen);
        }
    }
}
