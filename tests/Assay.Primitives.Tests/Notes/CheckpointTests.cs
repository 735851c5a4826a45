using System.Text;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Primitives.Tests.Notes;

public sealed class CheckpointTests
{
    private const string Root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Fact]
    public void Checkpoint_of_the_empty_log()
    {
        Checkpoint checkpoint = new("log.example", 0, MerkleTree.EmptyRoot);
        Assert.Equal($"log.example\n0\n{Root}\n", checkpoint.Format());
    }

    [Fact]
    public void Checkpoints_round_trip() => Prop.ForAll<ulong, byte[]>((number, bytes) =>
    {
        Checkpoint checkpoint = new("log example/é", number >> 1, Digest32.Sha256(bytes));
        return Checkpoint.TryParse(checkpoint.Format(), out string? error) == checkpoint && error is null;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", NoteErrors.CheckpointLines)]
    [InlineData("log\n", NoteErrors.CheckpointLines)]
    [InlineData("log\n1\n", NoteErrors.CheckpointLines)]
    [InlineData("log\n1\n" + Root, NoteErrors.CheckpointLines)]
    [InlineData("log\n1\n" + Root + "\n\n", NoteErrors.CheckpointExtension)]
    [InlineData("log\n1\n" + Root + "\nextension\n", NoteErrors.CheckpointExtension)]
    [InlineData("log\n1\n" + Root + "\nx", NoteErrors.CheckpointExtension)]
    [InlineData("\n1\n" + Root + "\n", NoteErrors.CheckpointOrigin)]
    [InlineData("l\tog\n1\n" + Root + "\n", NoteErrors.CheckpointOrigin)]
    [InlineData("log\n\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n01\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n00\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n+1\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n-1\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n 1\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n1\0\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n1 \n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n1e3\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n0x1\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n１\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n9223372036854775808\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n18446744073709551616\n" + Root + "\n", NoteErrors.CheckpointSize)]
    [InlineData("log\n1\n\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n1\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n1\n " + Root + "\n", NoteErrors.CheckpointRoot)]
    [InlineData("log\n9223372036854775807\n" + Root + "\n", null)]
    [InlineData("log\n0\n" + Root + "\n", null)]
    public void Form_of_a_checkpoint_is_checked(string text, string? code)
    {
        Checkpoint? checkpoint = Checkpoint.TryParse(text, out string? error);
        Assert.Equal(code, error);
        Assert.Equal(code is null ? text : null, checkpoint?.Format());
    }

    [Fact]
    public void What_cannot_be_a_checkpoint_is_a_programming_error()
    {
        Assert.Throws<InvalidOperationException>(() => new Checkpoint("", 1, default).Format());
        Assert.Throws<InvalidOperationException>(() => new Checkpoint("a\nb", 1, default).Format());
        Assert.Throws<InvalidOperationException>(() => new Checkpoint("a", 1UL << 63, default).Format());
    }

    [Fact]
    public void Parser_neither_throws_nor_grows_on_mutated_checkpoints()
    {
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes($"log.example\n0\n{Root}\n"),
            Encoding.UTF8.GetBytes($"é 水\n9223372036854775807\n{Root}\n"),
        ];
        FuzzSummary summary = FuzzRun.Run(
            seeds,
            input =>
            {
                string text = Encoding.UTF8.GetString(input);
                Checkpoint? checkpoint = Checkpoint.TryParse(text, out string? error);
                if ((checkpoint is null) != (error is not null) || (checkpoint is not null && checkpoint.Format() != text))
                {
                    throw new InvalidOperationException("Not the one form of what was read.");
                }

                return checkpoint is not null;
            });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 10_000, summary.ToString());
    }
}
