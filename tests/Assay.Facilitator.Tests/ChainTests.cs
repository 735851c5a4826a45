using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>Tests that share one local chain, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ChainTests : ICollectionFixture<LocalChainFixture>
{
    public const string Name = "local chain";
}
