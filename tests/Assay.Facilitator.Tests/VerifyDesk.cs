using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>One facilitator for all tests that settle nothing.</summary>
public sealed class VerifyDesk(LocalChainFixture fixture) : IAsyncLifetime
{
    private Desk? _desk;

    internal Desk Desk => _desk ?? throw new InvalidOperationException("There is no local chain.");

    public async Task InitializeAsync() => _desk = Oracles.WhyMissing(Oracle.LocalChain) is null ? await Desk.OpenAsync(fixture.Chain) : null;

    public async Task DisposeAsync()
    {
        if (_desk is not null)
        {
            await _desk.DisposeAsync();
        }
    }
}
