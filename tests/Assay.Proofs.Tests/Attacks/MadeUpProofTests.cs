using Assay.Programs;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Without weights, witness or work: every message is chosen so that the check that looks at it holds. That ends where claims on
/// W are evaluated, for which W would have to be what it isn't. It costs nothing to come so far: what a verifier spends until then has to
/// be bounded by the key alone.</summary>
public sealed class MadeUpProofTests
{
    [Theory]
    [InlineData("layout")]
    [InlineData("ranks")]
    [InlineData("attention")]
    [InlineData("limbs")]
    [InlineData("convolution")]
    public void MessagesThatEachFitTheirCheck(string name)
    {
        ProofSetup setup = ProofSetup.Small(name, 1);
        ExactProgram program = setup.Circuit.Program;
        ProofStatement statement = ProofStatement.One(
            Lowest(program.Inputs.Select(input => input.Type)), Lowest(program.Outputs.Select(output => program.TypeOf(output.Value))));
        byte[] proof = new byte[ProofSize.WithoutSiblings(setup.Verifier.Shape)];
        Messages(setup, statement).CopyTo(proof);
        Assert.Equal("zk/witness-value", setup.Verifier.Verify(statement, proof).Code);
    }

    private static ReadOnlyMemory<byte> Messages(ProofSetup setup, ProofStatement statement)
    {
        ProofShape shape = setup.Verifier.Shape;
        ProverChannel channel = new();
        Transcript transcript = channel.Transcript;
        transcript.Absorb("key", setup.Key.Digest.Bytes);
        transcript.Absorb("batch", [1, 0, 0, 0]);
        short[] io = [.. statement.Inputs.Span, .. statement.Outputs.Span];
        transcript.Absorb("io", [.. io.SelectMany(value => BitConverter.GetBytes(value))]);
        channel.Send("witness", new byte[32]);
        channel.Grind("lookup.nonce", shape.LookupGrinding);
        transcript.Draw("lookup", 2);
        SendLayers(channel, shape.LeafBits);
        PoolPoints points = PoolPoints.Draw(transcript, shape);
        transcript.Draw("theta");
        if (!shape.Circuit.Instances.IsEmpty)
        {
            SendProducts(channel, shape, points, transcript.Draw("gamma"));
        }

        // From here on zeros do: the rounds have no check of their own, and neither has the fold before its value is asked for.
        return channel.Proof;
    }

    /// <summary>Rounds of zeros; the layer's four values are then one that is wanted, two zeros and a one.</summary>
    private static void SendLayers(ProverChannel channel, int layers)
    {
        Transcript transcript = channel.Transcript;
        channel.Send("gkr.root", [Ext4.Zero, Ext4.Zero, Ext4.One, Ext4.One]);
        List<Ext4> z = [transcript.Draw("gkr.mu")];
        Ext4 p = Ext4.Zero;
        Ext4 q = Ext4.One;
        for (int k = 1; k < layers; k++)
        {
            Ext4 claim = p + (transcript.Draw("gkr.lambda") * q);
            Ext4[] next = new Ext4[k + 1];
            for (int t = k - 1; t >= 0; t--)
            {
                channel.Send("gkr.round", [Ext4.Zero, Ext4.Zero]);
                next[t] = transcript.Draw("gkr.r");
                claim = claim * z[t].Invert() * next[t];
            }

            channel.Send("gkr.values", [claim, Ext4.Zero, Ext4.Zero, Ext4.One]);
            next[k] = transcript.Draw("gkr.mu");
            z = [.. next];
            p = claim - (next[k] * claim);
            q = next[k];
        }
    }

    private static void SendProducts(ProverChannel channel, ProofShape shape, PoolPoints points, Ext4 gamma)
    {
        channel.Send("sum", [Ext4.One]);
        Ext4 claim = Ext4.One + RelationClaims.Sum(shape.Circuit, points, gamma).Constants;
        for (int t = 0; t < shape.IndexBits; t++)
        {
            channel.Send("product.round", [Ext4.Zero, Ext4.Zero]);
            claim *= channel.Transcript.Draw("product.r");
        }

        Ext4[] values = new Ext4[2 * shape.Circuit.Instances.Length];
        values[0] = claim * KoalaBear.Pow(2, (ulong)(shape.IndexBits - shape.Circuit.Instances[0].IndexBits));
        values[1] = Ext4.One;
        channel.Send("product.values", values);
    }

    private static short[] Lowest(IEnumerable<TensorType> types) =>
        [.. types.SelectMany(type => Enumerable.Repeat((short)type.Lo, type.Count))];
}
