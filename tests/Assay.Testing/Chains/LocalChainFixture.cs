using Assay.Chain;
using Xunit;

namespace Assay.Testing;

/// <summary>
/// One local chain for all tests of a class or a collection; use it in tests marked <c>[OracleFact(Oracle.LocalChain)]</c>. It isn't
/// started where it isn't installed. Tests share it: each takes accounts of its own.
/// </summary>
public sealed class LocalChainFixture : IAsyncLifetime
{
    private LocalChain? _chain;

    /// <summary>The chain.</summary>
    public LocalChain Chain => _chain ?? throw new InvalidOperationException("There is no local chain: " + Oracles.WhyMissing(Oracle.LocalChain));

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Oracles.WhyMissing(Oracle.LocalChain) is null)
        {
            _chain = await LocalChain.StartAsync();
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }
    }
}
