using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace FlowLake.Infra;

/// <summary>The bucket: what agents bring, the tables, and what could not be read.</summary>
/// <remarks>
/// Nothing in it expires by a rule of the bucket. An inbox file waits for ingest however long that takes, a log without its beginning is no table, and
/// data files leave when a commit has removed them. Versioning is off: every inbox object lives a minute, and each would be kept and paid for ever; the
/// tables' own log is what undoes a commit. Keys are S3's: a request to KMS for every object would cost more than the storage.
/// </remarks>
public sealed class LakeBucket : Construct
{
    public LakeBucket(Construct scope, string id)
        : base(scope, id) =>
        Bucket = new Bucket(this, "Bucket", new BucketProps
        {
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            Encryption = BucketEncryption.S3_MANAGED,
            EnforceSSL = true,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            // History cannot be captured again: deleting the stack leaves it.
            RemovalPolicy = RemovalPolicy.RETAIN,
            LifecycleRules =
            [
                new LifecycleRule { Id = "abort-uploads-nobody-finished", AbortIncompleteMultipartUploadAfter = Duration.Days(1) },
            ],
        });

    public Bucket Bucket { get; }

    /// <summary>The lake's address, as every flowlake command takes it.</summary>
    public string Url => $"s3://{Bucket.BucketName}";

    /// <summary>Leave to do something to the objects below some folders.</summary>
    /// <param name="actions">Actions on objects.</param>
    /// <param name="folders">Folders, each with its slash at the end.</param>
    public PolicyStatement Objects(string[] actions, params string[] folders) =>
        new(new PolicyStatementProps { Actions = actions, Resources = [.. folders.Select(folder => Bucket.ArnForObjects(folder + "*"))] });

    /// <summary>Leave to list the bucket.</summary>
    /// <remarks>
    /// It names no folder on purpose: to a reader without leave to list, S3 says "forbidden" of an object that is not there, and a table that does not
    /// exist yet could not be told from one that is closed to us. A condition on the prefix counts as no leave then, for a read has no prefix.
    /// </remarks>
    public PolicyStatement List() =>
        new(new PolicyStatementProps { Actions = ["s3:ListBucket"], Resources = [Bucket.BucketArn] });
}
