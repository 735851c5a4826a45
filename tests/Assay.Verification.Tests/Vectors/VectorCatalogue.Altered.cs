using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    // What else breaks when a field that other checks look at is altered.
    private static readonly Dictionary<ClaimField, string[]> AlsoFailing = new()
    {
        [ClaimRegistry.RequestWireDigest] = [CheckCodes.BundleAttachments],
        [ClaimRegistry.OutputWireDigest] = [CheckCodes.BundleAttachments],
        [ClaimRegistry.RequestInputs] = [CheckCodes.RequestInputs],
        [ClaimRegistry.RequestPolicy] = [CheckCodes.PolicyDigest],
        [ClaimRegistry.RequestLevelSource] = [CheckCodes.PolicyDigest],
        [ClaimRegistry.OutputParts] = [CheckCodes.OutputRoot],
        [ClaimRegistry.PaymentPayload] = [CheckCodes.PaymentOffer],
        [ClaimRegistry.PaymentPrice] = [CheckCodes.PaymentOffer],
    };

    private void AddAlteredStatementsAndClaims()
    {
        void Statement(string field, int at, params string[] others) => Untrusted(
            $"altered-statement-{field}", $"The statement's {field}, changed after signing.", [.. InOrder([CheckCodes.BatchInclusion, CheckCodes.LogEntry, .. others])], p => p.Statement = Forge.Flip(p.Statement, at));

        Statement("keyset", 30, CheckCodes.KeySetDigest);
        Statement("id", 60);
        Statement("issued-at", 81);
        Statement("counter", 90);
        Statement("policy", 100, CheckCodes.PolicyDigest);
        Statement("level-source", 129, CheckCodes.PolicyDigest);
        Statement("claims-root", 140, CheckCodes.ClaimsRoot);
        Statement("output-root", 170, CheckCodes.OutputRoot);
        Statement("phase", 202);

        foreach (ClaimField field in ClaimRegistry.Fields)
        {
            string[] others = field == ClaimRegistry.PartiesNode ? [CheckCodes.KeySetDigest] : AlsoFailing.GetValueOrDefault(field, []);
            Untrusted(
                $"altered-claim-{field.Name.Replace('.', '-').Replace('_', '-')}",
                $"The value of {field.Name}, changed after signing.",
                [.. InOrder([CheckCodes.ClaimsRoot, .. others])],
                p => p.Leaf(field) = Forge.WithValue(p.Leaf(field), w => Forge.WriteOtherValue(w, field)));
        }

        void Claims(string name, string note, Action<BundleParts> spoil) => Untrusted(name, note, [CheckCodes.ClaimsRoot], spoil);
        Claims("altered-claim-salt", "A leaf's salt, changed.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.Flip(p.Leaf(ClaimRegistry.ModelName), 5));
        Claims("altered-claim-reserved-salt", "The salt of an absent leaf, changed.", static p => p.Leaf(ClaimRegistry.OutputUsage) = Forge.Flip(p.Leaf(ClaimRegistry.OutputUsage), 5));
        Claims("altered-claim-erased", "A leaf's value, replaced by null.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.WithValue(p.Leaf(ClaimRegistry.ModelName), static w => w.WriteNull()));
        Claims("altered-claim-redacted-hash", "A redacted leaf with another hash.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.Cbor(static w => w.WriteBytes(new byte[32])));
        Claims("altered-claim-input-name", "An input's name, changed; nothing is attached.", static p =>
        {
            p.Attachments = [];
            p.Leaf(ClaimRegistry.RequestInputs) = Replace(p.Leaf(ClaimRegistry.RequestInputs), [0x61, (byte)'x'], [0x61, (byte)'y']);
        });
        Claims("altered-claim-input-shape", "An input's shape, transposed; nothing is attached.", static p =>
        {
            p.Attachments = [];
            p.Leaf(ClaimRegistry.RequestInputs) = Replace(p.Leaf(ClaimRegistry.RequestInputs), [0x82, 1, 4], [0x82, 4, 1]);
        });

        void Output(string name, string note, Action<BundleParts> spoil, params string[] failed) => Untrusted(name, note, failed, spoil);
        Output("altered-output-data", "A number in an output.", static p => p.Outputs[0] = Forge.Flip(p.Outputs[0], -1), CheckCodes.OutputRoot, CheckCodes.ResponseOutputs);
        Output("altered-output-name", "An output's name.", static p => p.Outputs[0] = Replace(p.Outputs[0], "scores", "scored"), CheckCodes.OutputRoot, CheckCodes.ResponseOutputs);
        Output("altered-output-salt", "An output's salt.", static p => p.Outputs[0] = Forge.Flip(p.Outputs[0], 5), CheckCodes.OutputRoot);
        Output("altered-output-order", "Two outputs changed places.", static p => Array.Reverse(p.Outputs), CheckCodes.OutputRoot, CheckCodes.ResponseOutputs);
        Output("altered-output-dropped", "An output is gone.", static p => p.Outputs = p.Outputs[..1], CheckCodes.OutputRoot, CheckCodes.ResponseOutputs);
        Output("altered-output-added", "An output too many.", static p => p.Outputs = [.. p.Outputs, p.Outputs[0]], CheckCodes.OutputRoot, CheckCodes.ResponseOutputs);
        Output("altered-output-redacted-hash", "A redacted output with another hash.", static p => p.Outputs[0] = Forge.Cbor(static w => w.WriteBytes(new byte[32])), CheckCodes.OutputRoot);
    }

    private void AddAlteredProofsAndSignatures()
    {
        BundleParts Seven() => _world.Parts(batch: 7, index: 4);
        void Batch(string name, string note, Action<BundleParts> spoil) => Untrusted(name, note, [CheckCodes.BatchInclusion], Seven().Also(spoil).Encode());
        Batch("batch-path-truncated", "The last path entry is missing.", static p => p.Path.RemoveAt(p.Path.Count - 1));
        Batch("batch-path-empty", "No path at all.", static p => p.Path.Clear());
        Batch("batch-path-extended", "One path entry too many.", static p => p.Path.Add(new byte[32]));
        Batch("batch-path-reordered", "Two path entries changed places.", static p => p.Path.Reverse(0, 2));
        Batch("batch-path-altered", "A bit of a path entry.", static p => p.Path[1] = Forge.Flip(p.Path[1], 0));
        Batch("batch-index-altered", "Another place in the batch.", static p => p.Index = 3);
        Batch("batch-size-altered", "Another size than the head's.", static p => p.Size = 8);
        Batch("batch-statement-of-neighbour", "The statement of the batch's next receipt, with this one's path.", p => p.Index = 5);
        Untrusted("batch-path-for-one", "A path where a batch of one needs none.", [CheckCodes.BatchInclusion], static p => p.Path.Add(new byte[32]));

        void Signature(string name, string note, Action<BundleParts> spoil, params string[] others) => Untrusted(name, note, [.. InOrder([CheckCodes.BatchSignature, .. others])], spoil);
        Signature("signature-r-flipped", "A bit of r.", static p => p.WithSignature(static s => Forge.Flip(s, 31)));
        Signature("signature-s-flipped", "A bit of s.", static p => p.WithSignature(static s => Forge.Flip(s, 63)));
        Signature("signature-malleated", "s replaced by n - s: valid ECDSA, but a second signature without the key.", static p => p.WithSignature(Forge.Malleate));
        Signature("signature-der", "The same signature as ASN.1 DER.", static p => p.WithSignature(Forge.Der));
        Signature("signature-zero", "r and s zero.", static p => p.WithSignature(static _ => new byte[64]));
        Signature("signature-truncated", "63 bytes.", static p => p.WithSignature(static s => s[..63]));
        Signature("signature-absent", "No bytes where the COSE_Sign1 belongs.", static p => p.Cose = []);
        Signature("signature-trailing-byte", "A byte after the COSE_Sign1.", static p => p.Cose = [.. p.Cose, 0]);
        Signature("signature-tagged", "The COSE_Sign1 with its tag (18).", static p => p.Cose = [0xd2, .. p.Cose]);
        Signature("signature-unprotected-header", "Something in the unprotected header.", static p => p.Cose = Replace(p.Cose, [0xa0, 0x58, 0x61], [0xa1, 0x05, 0x00, 0x58, 0x61]));
        byte[] kid = _world.Signer.PublicKey.Thumbprint().ToArray();
        Signature("signature-algorithm", "Signed, but the header says ES384.", p => p.Cose = Forge.Cose(Forge.Header(-35, kid), p.Head(), _world.Signer));
        Signature("signature-kid", "Signed, but the header names another key.", p => p.Cose = Forge.Cose(Forge.Header(-7, new byte[32]), p.Head(), _world.Signer));
        Signature("signature-header-extra", "Signed, but with one more header.", p => p.Cose = Forge.Cose(Forge.Header(-7, kid, extra: true), p.Head(), _world.Signer));
        Signature("signature-header-empty", "Signed, but with an empty header.", p => p.Cose = Forge.Cose([], p.Head(), _world.Signer));
        Signature("signature-other-key", "Signed by another node's key, under this one's name.", p => p.Cose = Forge.Cose(Forge.Header(-7, kid), p.Head(), _other.Signer));
        Signature("signature-payload-not-a-head", "Signed, but not a batch head.", p => p.Cose = CoseSign1.Sign("hello"u8, _world.Signer).Encode());
        Signature("signature-payload-statement", "The statement itself was signed, not a batch head.", p => p.Cose = CoseSign1.Sign(p.Statement, _world.Signer).Encode());
        Signature("head-root-altered", "The head's root, changed after signing.", static p => p.Cose = Replace(p.Cose, p.Head(), Forge.Flip(p.Head(), 96)), CheckCodes.BatchInclusion);
        Signature("head-keyset-altered", "The head's key-set digest, changed after signing.", static p => p.Cose = Replace(p.Cose, p.Head(), Forge.Flip(p.Head(), 25)), CheckCodes.KeySetDigest);
        Signature("head-size-altered", "The head's size, changed after signing.", static p => p.Cose = Replace(p.Cose, p.Head(), Forge.Flip(p.Head(), 60)), CheckCodes.BatchInclusion);
        Untrusted("signature-of-another-batch", "A true signature, over another batch.", [CheckCodes.BatchInclusion], p => p.Cose = _world.Parts(batch: 1, change: static s => s with { Counter = 77 }).Cose);
    }

    private static IEnumerable<string> InOrder(IEnumerable<string> codes)
    {
        HashSet<string> wanted = [.. codes];
        return CheckCodes.All.Where(wanted.Contains);
    }
}
