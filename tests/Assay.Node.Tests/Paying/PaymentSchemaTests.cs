using Assay.Node.Paying;
using Assay.Node.Storing;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Tests.Paying;

public sealed class PaymentSchemaTests
{
    // By the index over all payments of a payer it took 5 ms after 1,500 of them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhetherAPaymentIsOwedAlready_IsAskedOfTheOwedOnesOnly(bool isNew)
    {
        string folder = Directory.CreateTempSubdirectory("assay-payments-").FullName;
        try
        {
            using (SqliteConnection made = PaymentSchema.Open(folder, isNode: true))
            {
                if (!isNew)
                {
                    NodeDatabase.Run(made, "DROP INDEX payments_owed");
                }
            }

            using SqliteConnection connection = PaymentSchema.Open(folder, isNode: true);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + PaymentCommands.OwedQuery;
            for (int i = 0; i < 3; i++)
            {
                command.Parameters.AddWithValue("$" + i, "");
            }

            using SqliteDataReader reader = command.ExecuteReader();
            Assert.True(reader.Read());
            Assert.Contains("payments_owed (payer=? AND request=?)", reader.GetString(3), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
