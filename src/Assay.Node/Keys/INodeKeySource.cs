using Assay.Files;

namespace Assay.Node.Keys;

/// <summary>Where a node's private keys come from: files, the environment, a signer.</summary>
public interface INodeKeySource
{
    /// <summary>Where that is, for messages.</summary>
    string Place { get; }

    /// <summary>Opens the keys.</summary>
    /// <param name="origin">The log's name, under which checkpoints are signed.</param>
    /// <param name="mayCreate">Whether keys may be made if there are none: only for a node that has no key set yet.</param>
    /// <exception cref="KeyException">They can't be used.</exception>
    NodeKeys Open(string origin, bool mayCreate);
}
